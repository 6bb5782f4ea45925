"""The training process: reads an assignment, trains, says how it goes. torch is loaded here."""
