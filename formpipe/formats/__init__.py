"""What several edges need of a file format."""
