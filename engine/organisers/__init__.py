"""Whose campaigns they are: several organisers on one installation, of which none learns anything of another."""
