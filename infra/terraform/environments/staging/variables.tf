variable "region" {
  description = "AWS region. certificates/ must contain the RDS certificates of that region."
  type        = string
  default     = "eu-central-1"

  validation {
    condition     = fileexists("${path.module}/../../certificates/${var.region}.pem")
    error_message = "certificates/ has no RDS certificates of that region: see certificates/README.md."
  }
}

variable "image" {
  description = "Image of the service, with a version or a digest: ghcr.io/todo-app/todo-app:v0.1.0."
  type        = string
}

variable "domain" {
  description = "Domain of the service, and its hosted zone in Route 53."
  type        = object({ name = string, zone_id = string })
}

variable "alarm_emails" {
  description = "Mail addresses that receive alarms."
  type        = set(string)
}
