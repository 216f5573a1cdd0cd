"""Side-by-side benchmarks of Dense and the libraries people would use instead.

Every library runs in a worker process of its own, on the same arrays and the same number of threads, in
rounds that take turns (A B C A B C ...). A result is timed only after it agreed with a float64 reference.
"""
