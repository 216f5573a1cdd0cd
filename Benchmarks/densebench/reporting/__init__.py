"""A run as people read it: tables and plots."""
