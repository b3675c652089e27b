"""The ways in: command line, web app, HTTP API."""
