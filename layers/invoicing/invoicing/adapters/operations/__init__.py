"""What may change or must be forgotten, in the table `Operations`: a module for each thing."""
