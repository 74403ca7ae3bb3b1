"""The seed lottery: hundreds of nets that differ in their first weights only."""
