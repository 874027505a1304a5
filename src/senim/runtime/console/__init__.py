"""What a person types: ``senim …``, one module for each family of commands."""
