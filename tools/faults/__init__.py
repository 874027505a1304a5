"""Every process meets every fault: what comes back by itself, after how long, and what a person is told."""
