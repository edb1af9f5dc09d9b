"""What makes PDFs of the same invoice: ours, and others. Each runs in a process of its own."""
