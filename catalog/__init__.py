"""Photos and what belongs to them: renditions, raw comments, questions, crops, composition elements."""
