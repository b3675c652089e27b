"""The web app: its views, and what makes their HTML."""
