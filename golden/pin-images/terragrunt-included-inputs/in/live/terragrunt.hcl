inputs = {
  tag = "main"
}
