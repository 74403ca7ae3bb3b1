"""The coach of one exercise: counts repetitions or seconds, and says what to do better. `coach.py` puts it together."""
