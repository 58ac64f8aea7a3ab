//! Conditions as text.

use super::super::sid::Domains;
use super::super::{Fault, Sid, Trustee, fault, sddl};
use super::{
    Base, DEEPEST, Form, Integer, OPERATORS, Operator, Scope, Sign, Term, before, between,
};

const SCOPES: [(&str, Scope); 3] = [
    ("@User.", Scope::User),
    ("@Resource.", Scope::Resource),
    ("@Device.", Scope::Device),
];

/// Reads the condition that a text goes on with, in its parentheses, and leaves the cursor behind
/// it.
///
/// # Errors
/// There is none; offsets count from the start of the text.
pub fn read(cursor: &mut Cursor<'_>, domains: &Domains) -> Result<Term, Fault> {
    Parser { cursor, domains }.parenthesised(1)
}

/// A place in a text.
pub struct Cursor<'a> {
    pub text: &'a str,
    pub at: usize,
}

impl<'a> Cursor<'a> {
    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Steps over blanks and a text of ASCII letters, in either case, where it is next.
    pub fn takes(&mut self, wanted: &str) -> bool {
        self.skip_blanks();
        let found = self
            .rest()
            .get(..wanted.len())
            .is_some_and(|next| next.eq_ignore_ascii_case(wanted));
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    /// Steps over blanks and an obligatory sign.
    ///
    /// # Errors
    /// Something else is next.
    pub fn expect(&mut self, wanted: &str, place: &str) -> Result<(), Fault> {
        if self.takes(wanted) {
            Ok(())
        } else {
            Err(fault(self.at, format!("`{wanted}` is missing {place}")))
        }
    }

    /// Steps over what comes before the first character that does not fit.
    pub fn run(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let run = rest
            .get(..rest.find(|letter| !fits(letter)).unwrap_or(rest.len()))
            .unwrap_or_default();
        self.at += run.len();
        run
    }

    /// The text up to a double quote, which is stepped over, behind the opening one.
    ///
    /// # Errors
    /// There is no other.
    pub fn quoted(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        let inner = self.run(|letter| letter != '"');
        if self.takes("\"") {
            Ok(inner)
        } else {
            Err(fault(start, "the text in quotes does not end"))
        }
    }

    /// Steps over pairs of hexadecimal digits.
    ///
    /// # Errors
    /// Their number is odd.
    pub fn octets(&mut self) -> Result<Vec<u8>, Fault> {
        let start = self.at;
        let digits = self.run(|letter| letter.is_ascii_hexdigit()).as_bytes();
        let (pairs, half) = digits.as_chunks::<2>();
        if !half.is_empty() {
            return Err(fault(start, "the number of hexadecimal digits is odd"));
        }
        let value = |digit: u8| {
            char::from(digit)
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok())
                .unwrap_or(0)
        };
        Ok(pairs
            .iter()
            .map(|[high, low]| value(*high) << 4 | value(*low))
            .collect())
    }

    /// Steps over `SID(…)`, behind its parenthesis.
    ///
    /// # Errors
    /// There is no SID, or it is of a domain that is not known.
    pub fn sid(&mut self, domains: &Domains) -> Result<Sid, Fault> {
        self.skip_blanks();
        let at = self.at;
        let text = self.run(|letter| letter == '-' || letter.is_ascii_alphanumeric());
        let trustee = sddl::trustee_at(text, at)?.within(domains);
        self.expect(")", "behind the SID")?;
        match trustee {
            Trustee::Sid(sid) => Ok(sid),
            Trustee::Alias(alias) => Err(fault(
                at,
                format!(
                    "`{}` ({}) is of a domain that is not known",
                    alias.alias, alias.name
                ),
            )),
        }
    }
}

struct Parser<'a, 'b> {
    cursor: &'b mut Cursor<'a>,
    domains: &'b Domains,
}

impl Parser<'_, '_> {
    fn parenthesised(&mut self, depth: usize) -> Result<Term, Fault> {
        if depth > DEEPEST {
            return Err(fault(self.cursor.at, "the condition is nested too deep"));
        }
        self.cursor.expect("(", "before the condition")?;
        let term = self.any(depth)?;
        self.cursor.expect(")", "behind the condition")?;
        Ok(term)
    }

    /// Terms of which one must hold.
    fn any(&mut self, depth: usize) -> Result<Term, Fault> {
        self.chain(depth, "||", Self::all)
    }

    /// Terms of which each must hold.
    fn all(&mut self, depth: usize) -> Result<Term, Fault> {
        self.chain(depth, "&&", Self::single)
    }

    fn chain(
        &mut self,
        depth: usize,
        spelling: &str,
        part: impl Fn(&mut Self, usize) -> Result<Term, Fault>,
    ) -> Result<Term, Fault> {
        let mut term = part(self, depth)?;
        let mut length = depth;
        while let Some(operator) = self.operator(|row| row.spelling == spelling) {
            length += 1;
            let at = self.cursor.at;
            let right = part(self, depth)?;
            if length > DEEPEST {
                return Err(fault(at, "the condition is nested too deep"));
            }
            term = between(operator, term, right).ok_or_else(|| misfit(at, operator))?;
        }
        Ok(term)
    }

    /// A term that needs no parentheses.
    fn single(&mut self, depth: usize) -> Result<Term, Fault> {
        self.cursor.skip_blanks();
        if self.cursor.rest().starts_with('(') {
            return self.parenthesised(depth + 1);
        }
        if let Some(operator) = self.operator(|row| row.form == Form::Not) {
            let at = self.cursor.at;
            let operand = self.parenthesised(depth + 1)?;
            return before(operator, operand).ok_or_else(|| misfit(at, operator));
        }
        if let Some(operator) = self.operator(|row| row.form == Form::Test) {
            let at = self.cursor.at;
            let operand = self.value()?;
            return before(operator, operand).ok_or_else(|| misfit(at, operator));
        }
        let left_at = self.cursor.at;
        let left = self.value()?;
        let Some(operator) = self.operator(|row| row.form == Form::Relation) else {
            return match left {
                Term::Attribute(..) => Ok(left),
                _ => Err(fault(left_at, "a value is no condition by itself")),
            };
        };
        let at = self.cursor.at;
        let right = self.value()?;
        between(operator, left, right).ok_or_else(|| misfit(at, operator))
    }

    /// Steps over an operator of the wanted kind, where one is next.
    fn operator(&mut self, wanted: impl Fn(&super::Row) -> bool) -> Option<Operator> {
        self.cursor.skip_blanks();
        let rest = self.cursor.rest();
        let word = rest
            .get(..rest.find(|letter| !is_name(letter)).unwrap_or(rest.len()))
            .unwrap_or_default();
        let is_next = |row: &&super::Row| match row.spelling.starts_with(char::is_alphabetic) {
            true => row.spelling.eq_ignore_ascii_case(word),
            // `!` is not the beginning of `!=`.
            false => {
                rest.starts_with(row.spelling) && !(row.spelling == "!" && rest.starts_with("!="))
            }
        };
        let found = OPERATORS.iter().filter(is_next).find(|row| wanted(row))?;
        self.cursor.at += found.spelling.len();
        Some(found)
    }

    fn value(&mut self) -> Result<Term, Fault> {
        if !self.cursor.takes("{") {
            return self.simple_value();
        }
        let mut items = Vec::new();
        while !self.cursor.takes("}") {
            if !items.is_empty() {
                self.cursor.expect(",", "between values")?;
            }
            items.push(self.simple_value()?);
        }
        Ok(Term::List(items))
    }

    fn simple_value(&mut self) -> Result<Term, Fault> {
        let cursor = &mut *self.cursor;
        if cursor.takes("SID(") {
            return cursor.sid(self.domains).map(Term::Sid);
        }
        if cursor.takes("\"") {
            return cursor.quoted().map(|text| Term::Text(text.to_owned()));
        }
        if cursor.takes("#") {
            return cursor.octets().map(Term::Octets);
        }
        for (prefix, scope) in SCOPES {
            if cursor.takes(prefix) {
                return attribute(cursor, scope);
            }
        }
        if cursor
            .rest()
            .starts_with(|letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '-'))
        {
            return integer(cursor).map(Term::Integer);
        }
        attribute(cursor, Scope::Local)
    }
}

fn misfit(at: usize, operator: Operator) -> Fault {
    fault(
        at,
        format!(
            "what stands beside `{}` does not go with it",
            operator.spelling
        ),
    )
}

/// What names of attributes are made of; other characters are written as `%` and four hexadecimal
/// digits.
fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, ':' | '.' | '/' | '_')
}

/// What may stand in the names of local attributes, where the first character is none of its own
/// kind.
fn is_local_name(letter: char) -> bool {
    is_name(letter) || letter == '@'
}

/// What may stand in the names of claims as well.
fn is_claim_name(letter: char) -> bool {
    is_name(letter) || "#$'*+-;?@[\\]^`~".contains(letter)
}

fn attribute(cursor: &mut Cursor<'_>, scope: Scope) -> Result<Term, Fault> {
    let start = cursor.at;
    let fits = if scope == Scope::Local {
        is_local_name
    } else {
        is_claim_name
    };
    if scope == Scope::Local && cursor.rest().starts_with('@') {
        return Err(fault(
            start,
            "attributes are of `@User.`, `@Resource.` or `@Device.`, or have no `@` before them",
        ));
    }
    let mut units: Vec<u16> = Vec::new();
    loop {
        units.extend(cursor.run(fits).encode_utf16());
        let at = cursor.at;
        if !cursor.rest().starts_with('%') {
            break;
        }
        let digits = cursor
            .rest()
            .get(1..5)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        units.push(unit.ok_or_else(|| fault(at, "four hexadecimal digits must follow `%`"))?);
        cursor.at += 5;
    }
    match String::from_utf16(&units) {
        Ok(name) if !name.is_empty() => Ok(Term::Attribute(scope, name)),
        Ok(_) => Err(fault(
            start,
            "a value or the name of an attribute is missing",
        )),
        Err(_) => Err(fault(start, "the name of the attribute is no UTF-16 text")),
    }
}

/// The digits of a number, and their base: `0x1f`, `017`, `23`.
pub fn digits_of(text: &str) -> (&str, Base) {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match (hexadecimal, text.strip_prefix('0')) {
        (Some(digits), _) => (digits, Base::Hexadecimal),
        (None, Some(digits)) if !digits.is_empty() => (digits, Base::Octal),
        _ => (text, Base::Decimal),
    }
}

impl Base {
    pub fn radix(self) -> u32 {
        match self {
            Self::Octal => 8,
            Self::Decimal => 10,
            Self::Hexadecimal => 16,
        }
    }
}

fn integer(cursor: &mut Cursor<'_>) -> Result<Integer, Fault> {
    let at = cursor.at;
    let sign = match cursor.rest().chars().next() {
        Some('+') => Sign::Plus,
        Some('-') => Sign::Minus,
        _ => Sign::None,
    };
    cursor.at += usize::from(sign != Sign::None);
    let text = cursor.run(|letter| letter.is_ascii_alphanumeric());
    let (digits, base) = digits_of(text);
    let all_digits = digits.chars().all(|digit| digit.is_digit(base.radix()));
    let size = all_digits
        .then(|| i128::from_str_radix(digits, base.radix()).ok())
        .flatten();
    let signed = size.map(|size| if sign == Sign::Minus { -size } else { size });
    match signed.and_then(|value| i64::try_from(value).ok()) {
        Some(value) => Ok(Integer { value, sign, base }),
        None => Err(fault(at, "it is no number of 64 bits")),
    }
}

/// Writes a condition in its parentheses.
///
/// # Errors
/// It holds what the language has no way to say.
pub fn write(term: &Term) -> Result<String, String> {
    let mut out = String::from("(");
    push(term, &mut out)?;
    out.push(')');
    Ok(out)
}

fn push(term: &Term, out: &mut String) -> Result<(), String> {
    match term {
        Term::Attribute(scope, name) => *out += &attribute_text(*scope, name)?,
        Term::Integer(integer) => *out += &integer_text(*integer)?,
        Term::Text(text) => *out += &quoted_text(text)?,
        Term::Octets(bytes) => *out += &octets_text(bytes),
        Term::Sid(sid) => *out += &sid_text(sid),
        Term::List(items) => {
            *out += "{";
            for (at, item) in items.iter().enumerate() {
                *out += if at == 0 { "" } else { ", " };
                push(item, out)?;
            }
            *out += "}";
        }
        Term::Before(operator, operand) if operator.form == Form::Not => {
            *out += "!(";
            push(operand, out)?;
            *out += ")";
        }
        Term::Before(operator, operand) => {
            *out += operator.spelling;
            *out += " ";
            push(operand, out)?;
        }
        Term::Between(operator, operands) => {
            let [left, right] = &**operands;
            push_side(operator, left, false, out)?;
            *out += &format!(" {} ", operator.spelling);
            push_side(operator, right, true, out)?;
        }
    }
    Ok(())
}

/// An operand, in parentheses where it would be read otherwise without them.
fn push_side(
    operator: Operator,
    side: &Term,
    is_right: bool,
    out: &mut String,
) -> Result<(), String> {
    let looser = match side {
        Term::Between(inner, _) if inner.form == Form::Or => operator.form == Form::And || is_right,
        Term::Between(inner, _) if inner.form == Form::And => {
            operator.form == Form::And && is_right
        }
        _ => false,
    };
    if !looser {
        return push(side, out);
    }
    out.push('(');
    push(side, out)?;
    out.push(')');
    Ok(())
}

fn attribute_text(scope: Scope, name: &str) -> Result<String, String> {
    if name.is_empty() {
        return Err("names an attribute without a name".to_owned());
    }
    let is_local = scope == Scope::Local;
    let fits = if is_local {
        is_local_name
    } else {
        is_claim_name
    };
    // What would be taken for a number, an operator or a SID.
    let is_word = OPERATORS
        .iter()
        .any(|row| row.spelling.eq_ignore_ascii_case(name))
        || name.eq_ignore_ascii_case("SID");
    let hides_first = is_local
        && (is_word || name.starts_with(|letter: char| letter.is_ascii_digit() || letter == '@'));
    let letter_text = |(at, letter): (usize, char)| match fits(letter) && !(at == 0 && hides_first)
    {
        true => letter.to_string(),
        false => letter
            .encode_utf16(&mut [0; 2])
            .iter()
            .map(|unit| format!("%{unit:04x}"))
            .collect(),
    };
    let prefix = SCOPES
        .iter()
        .find(|(_, other)| *other == scope)
        .map_or("", |(prefix, _)| prefix);
    Ok(prefix.to_owned()
        + &name
            .chars()
            .enumerate()
            .map(letter_text)
            .collect::<String>())
}

fn integer_text(Integer { value, sign, base }: Integer) -> Result<String, String> {
    let sign = match sign {
        Sign::Plus if value >= 0 => "+",
        Sign::Minus if value <= 0 => "-",
        Sign::None if value >= 0 => "",
        _ => return Err("holds a number whose sign is not its own".to_owned()),
    };
    let size = value.unsigned_abs();
    Ok(match base {
        Base::Octal => format!("{sign}0{size:o}"),
        Base::Decimal => format!("{sign}{size}"),
        Base::Hexadecimal => format!("{sign}{size:#x}"),
    })
}

/// A text in quotes.
///
/// # Errors
/// It holds a quote, and there is no way to write one.
pub fn quoted_text(text: &str) -> Result<String, String> {
    if text.contains('"') {
        Err("holds a text with a quote in it".to_owned())
    } else {
        Ok(format!("\"{text}\""))
    }
}

pub fn octets_text(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold("#".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

pub fn sid_text(sid: &Sid) -> String {
    format!(
        "SID({})",
        sid.alias().map_or_else(|| sid.to_string(), str::to_owned)
    )
}
