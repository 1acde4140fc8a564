/// Status lines of answers.
enum HTTPStatus {
    /// Whether an answer of this status has a body (RFC 9110 section 6.4.1).
    static func hasBody(_ status: Int) -> Bool { status >= 200 && status != 204 && status != 304 }

    /// Appends `HTTP/1.1 200 OK` and the line's end.
    @inline(__always)
    static func append(_ status: Int, to out: inout OutBuffer) {
        if status == 200 { return out.append("HTTP/1.1 200 OK\r\n") }
        out.append("HTTP/1.1 ")
        out.append(decimal: status)
        out.append(" ")
        out.append(reason(status))
        out.append("\r\n")
    }

    /// The usual words for a status.
    static func reason(_ status: Int) -> StaticString {
        switch status {
        case 100: "Continue"
        case 101: "Switching Protocols"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Unknown"
        }
    }
}
