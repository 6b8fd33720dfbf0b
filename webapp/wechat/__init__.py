"""The service account in WeChat: a sentence sent to it is answered with what the list has."""
