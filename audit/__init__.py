"""What is deployed, looked at from outside: known vulnerabilities of what it stands on."""
