"""How well papers are found: benchmarks, and every way of ranking beside the shipped one."""
