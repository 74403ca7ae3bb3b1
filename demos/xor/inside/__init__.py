"""Look inside one net."""
