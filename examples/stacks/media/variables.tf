variable "immich_version" {
  description = "Server and machine learning have to be of one version."
  type        = string
  default     = "v2.5.6"
}

variable "tag" { default = "stable" }
