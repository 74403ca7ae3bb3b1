"""Who computes, where and when: threads, turns, batches, workers."""
