variable "image" {
  default = "nginx:latest"
}
