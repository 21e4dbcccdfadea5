"""What every domain stands on. Knows no word of the product."""
