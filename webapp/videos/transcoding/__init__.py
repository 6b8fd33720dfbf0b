"""What is made of a video by ffmpeg, in processes of their own with bounds."""
