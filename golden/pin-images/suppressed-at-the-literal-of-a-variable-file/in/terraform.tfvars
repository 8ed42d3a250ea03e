# tfmod:ignore[pin-images] this stack tries what is new
image = "nginx:latest"
