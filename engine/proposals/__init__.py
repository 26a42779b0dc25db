"""What one person may not do alone: proposed by one, confirmed by another, then done in that transaction."""
