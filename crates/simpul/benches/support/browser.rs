//! One connection that is kept alive, as a browser keeps it, and the cookie of who signed in.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

pub struct Browser {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    cookie: String,
    csrf: String,
    /// The page that comes first after signing in.
    pub home: String,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub location: String,
    cookie: String,
    pub text: String,
}

impl Browser {
    /// Signs in, and reads the form token from the page that comes first.
    pub fn sign_in(address: SocketAddr, login: &str, password: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server answers");
        stream.set_nodelay(true).expect("a socket");
        let mut browser = Self {
            stream: BufReader::new(stream),
            address,
            cookie: String::new(),
            csrf: String::new(),
            home: String::new(),
        };
        let answer = browser.post("/masuk", &[("nama", login), ("sandi", password)]);
        assert_eq!(answer.status, 303, "{login} signs in: {}", answer.text);
        let cookie = answer.cookie.split(';').next().expect("a cookie");
        cookie.clone_into(&mut browser.cookie);
        browser.home = answer.location;
        let home = browser.get(&browser.home.clone());
        browser.csrf = hidden(&home.text, "_csrf");
        browser
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    /// Sends a form with the form token.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = ("_csrf", self.csrf.as_str());
        let fields = fields.iter().chain([&token]);
        let body: Vec<String> = fields
            .map(|(name, value)| format!("{name}={}", value.replace(' ', "+")))
            .collect();
        self.send("POST", path, &body.join("&"))
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let Self {
            address, cookie, ..
        } = self;
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\
             Origin: http://{address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        let stream = self.stream.get_mut();
        stream
            .write_all(request.as_bytes())
            .expect("a request goes out");
        self.answer()
    }

    fn answer(&mut self) -> Answer {
        let status = self.line();
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut answer = Answer {
            status: status.expect("a status"),
            location: String::new(),
            cookie: String::new(),
            text: String::new(),
        };
        let mut length = 0;
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            match name {
                "content-length" => length = value.parse().expect("a length"),
                "location" => value.clone_into(&mut answer.location),
                "set-cookie" => value.clone_into(&mut answer.cookie),
                "transfer-encoding" => panic!("an answer without a length"),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a body");
        answer.text = String::from_utf8(body).expect("UTF-8");
        answer
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&mark).expect("a form on the page");
    rest.split('"').next().expect("a value").to_owned()
}
