"""Who may use a server, and which collections they may read."""
