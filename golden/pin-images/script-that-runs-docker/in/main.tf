resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  user_data = <<-EOT
    #!/bin/sh
    docker run -d --name web nginx:latest
    cat > /opt/pod.yaml <<YAML
    containers:
      - name: web
        image: nginx:latest
    YAML
  EOT
}
