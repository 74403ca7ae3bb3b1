"""What a visitor types becomes a prompt, and what the model writes an answer: free text, a chat, tasks."""
