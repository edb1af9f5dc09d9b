"""VAT: which treatment, which rate in which place on which day, and why."""
