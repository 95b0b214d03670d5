"""Whether what people saw has an order in which it can have been done: linearizability."""
