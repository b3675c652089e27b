"""From a query to hits: words and vectors searched side by side, fused, filtered."""
