"""The parts of a run. Each takes a `Bench` and yields rows, and knows what it must reach."""
