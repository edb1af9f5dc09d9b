"""The story that `make demo` plays on the deployed template, watched from outside."""
