"""Made-up stores to try the program on."""
