locals {
  tag = "latest"
}
