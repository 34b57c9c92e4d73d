"""Chinese government news into data."""
