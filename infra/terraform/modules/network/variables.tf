variable "name" {
  description = "Prefix of all names, such as todo-production."
  type        = string
}

variable "cidr" {
  description = "Addresses of the VPC: a /16."
  type        = string

  validation {
    condition     = can(cidrnetmask(var.cidr)) && endswith(var.cidr, "/16")
    error_message = "The VPC needs an IPv4 range that ends in /16."
  }
}

variable "zone_count" {
  description = "Over how many availability zones everything is spread."
  type        = number
  default     = 3

  validation {
    condition     = contains([2, 3], var.zone_count)
    error_message = "Two or three zones: the database and the load balancer need two."
  }
}

variable "nat_per_zone" {
  description = "A NAT gateway in each zone, so that the loss of one zone cuts off no other; false shares one."
  type        = bool
}

variable "flow_log_group_arn" {
  description = "Log group that is told of refused connections."
  type        = string
}
