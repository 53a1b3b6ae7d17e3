"""A scripted team plays the main job before your eyes (`demo`), or you are one of the team (`try`)."""
