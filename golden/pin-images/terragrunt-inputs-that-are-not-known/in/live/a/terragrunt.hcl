terraform {
  source = "../../modules//a"
}

inputs = merge({ image = "nginx:latest" }, yamldecode(sops_decrypt_file("secrets.yaml")))
