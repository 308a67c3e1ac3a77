#include "had/core/base/ini.hpp"

#include "had/core/base/limits.hpp"

#include <fmt/format.h>
#include <ini.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace had::core {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view blanks = " \t\v\f\r";

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string fold_blanks(std::string_view text) {
    std::string folded;
    for (const char c : trim(text)) {
        const bool blank = blanks.find(c) != std::string_view::npos;
        if (!blank)
            folded += c;
        else if (folded.back() != ' ')
            folded += ' ';
    }
    return folded;
}

// Where a comment begins that inih takes for a part of the value: it knows no '#' there.
std::optional<std::size_t> comment_in(std::string_view value) {
    bool quoted = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '"') quoted = !quoted;
        if (value[i] == '#' && !quoted && (i == 0 || blanks.find(value[i - 1]) != std::string_view::npos)) return i;
    }
    return std::nullopt;
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

// Gives inih one `key = value` line at a time and keeps what inih does not give: the line's number, its
// section, and whether inih understood it.  Section headers and comments are handled here, since inih would
// cut a header to 49 characters and split a comment at 199.
class LineSource {
public:
    LineSource(std::string_view text, std::shared_ptr<const SourceFile> file)
        : rest_(text), source_(std::move(file)) {}

    // The reader of ini_parse_stream: null at the end of the text.
    static char* read(char* buffer, int size, void* self) {
        return static_cast<LineSource*>(self)->next(buffer, static_cast<std::size_t>(size));
    }

    // The handler: called only for a line that has a key and a '=' or ':'.
    static int take(void* self, const char*, const char* key, const char* value) {
        static_cast<LineSource*>(self)->entry(key, value);
        return 1;
    }

    IniFile finish() { return std::move(file_); }

private:
    char* next(char* buffer, std::size_t size);
    void entry(std::string_view key, std::string_view value);
    void header(std::string_view line);
    void open_section(std::string name);
    std::optional<std::string_view> raw_line();
    bool is_text(std::string_view line);
    void report_what_inih_refused();

    void error(std::string text) {
        tell(file_.diagnostics, mistake(Severity::error, here(), "", std::move(text)));
    }

    [[nodiscard]] Line here() const { return {line_, source_}; }

    std::string_view rest_;
    std::shared_ptr<const SourceFile> source_;
    unsigned line_ = 0;
    std::optional<std::size_t> section_; // index in file_.sections; nothing: before the first
    bool skips_ = false;                 // below a refused header, whose keys cannot be judged
    std::map<std::string, std::size_t, std::less<>> sections_; // by name
    std::size_t entries_ = 0;
    std::string pending_;                // the line that inih has and has not delivered yet
    bool crlf_told_ = false, binary_told_ = false, crowded_ = false;
    IniFile file_;
};

std::optional<std::string_view> LineSource::raw_line() {
    if (rest_.empty()) return std::nullopt;
    const auto end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++line_;
    if (line_ == 1 && line.substr(0, byte_order_mark.size()) == byte_order_mark) {
        error("the file begins with a UTF-8 byte order mark, save it without one");
        line.remove_prefix(byte_order_mark.size());
    }
    if (!line.empty() && line.back() == '\r') {
        if (!crlf_told_) error("the line ends in CR LF, save the file with plain line ends");
        crlf_told_ = true;
        line.remove_suffix(1);
    }
    return line;
}

bool LineSource::is_text(std::string_view line) {
    const auto bad = std::find_if(line.begin(), line.end(), is_control);
    if (bad == line.end()) return true;
    if (!binary_told_) {
        error(fmt::format("the line contains the byte 0x{:02x}, this is not a text file",
                          static_cast<unsigned>(static_cast<unsigned char>(*bad))));
    }
    binary_told_ = true;
    return false;
}

void LineSource::report_what_inih_refused() {
    if (!pending_.empty()) {
        error(fmt::format("'{}' is neither 'key = value' nor '[section]'", pending_));
    }
    pending_.clear();
}

char* LineSource::next(char* buffer, std::size_t size) {
    report_what_inih_refused();
    while (const auto raw = raw_line()) {
        if (is_full(file_.diagnostics)) {     // a file of the wrong kind: a binary, a log
            error({});
            return nullptr;
        }
        const std::string_view line = trim(*raw);
        if (line.empty() || line[0] == ';' || line[0] == '#') continue;
        if (!is_text(line)) continue;
        if (line.data() != raw->data()) {
            error("the line is indented, every line starts in the first column");
        }
        const std::size_t most = std::min(limits::line_bytes, size - 1);
        if (line.size() > most) {
            error(fmt::format("the line has {} bytes, at most {} are possible", line.size(), most));
            if (line[0] == '[') skips_ = true;
        } else if (line[0] == '[') {
            header(line);
        } else {
            pending_ = line;
            *std::copy(line.begin(), line.end(), buffer) = '\0';
            return buffer;
        }
    }
    return nullptr;
}

// An unclosed header begins its section nevertheless, so that the keys below are judged in the section that
// was meant, and not in the one above.
void LineSource::header(std::string_view line) {
    const auto close = line.find(']');
    const std::string name =
        fold_blanks(line.substr(1, close == std::string_view::npos ? close : close - 1));
    if (close == std::string_view::npos) {
        error(fmt::format("'{}' lacks its ']'", line));
    } else {
        const std::string_view behind = trim(line.substr(close + 1));
        if (!behind.empty() && behind[0] != ';') {
            error(fmt::format("'{}' stands behind '[{}]', a comment there begins with ';'", behind,
                              name));
        }
    }
    open_section(name);
}

void LineSource::open_section(std::string name) {
    if (name.empty()) error("the section has no name");
    auto& sections = file_.sections;
    const auto same = sections_.find(name);
    skips_ = same == sections_.end() && sections.size() == limits::sections;
    if (skips_) {
        if (!std::exchange(crowded_, true)) error(fmt::format("more than {} sections", limits::sections));
    } else if (same == sections_.end()) {
        section_ = sections_[name] = sections.size();
        sections.push_back({std::move(name), here(), {}});
    } else {
        section_ = same->second;
        if (!name.empty())
            error(fmt::format("section [{}] is given twice, first in {}", name,
                              sections[*section_].line.seen_from(here())));
    }
}

void LineSource::entry(std::string_view key, std::string_view value) {
    pending_.clear();
    if (key.empty()) return error(fmt::format("'{}' has no key in front of it", value));
    if (skips_) return;
    if (!section_) return error(fmt::format("'{}' stands before any [section]", key));
    if (const auto comment = comment_in(value)) {
        error(fmt::format("'{}' stands behind the value, a comment there begins with ';'", value.substr(*comment)));
        value = trim(value.substr(0, *comment));
        if (value.empty()) return;
    }
    if (value.empty()) return error(fmt::format("'{}' has no value", key));
    if (++entries_ == limits::lines + 1) error(fmt::format("more than {} lines", limits::lines));
    if (entries_ > limits::lines) return;
    file_.sections[*section_].entries.push_back({std::string(key), std::string(value), here()});
}

IniFile parse_one(std::string_view text, const std::shared_ptr<const SourceFile>& file) {
    if (text.size() > limits::file_bytes)
        return {{}, {mistake(Severity::error, {0, file}, "",
                             fmt::format("the file has {} bytes, at most {} are possible", text.size(),
                                         limits::file_bytes))}};
    LineSource source(text, file);
    ini_parse_stream(&LineSource::read, &source, &LineSource::take, &source);
    return source.finish();
}

// Joins files, and holds all of them together to the limits of one.
class Joined {
public:
    void add(IniFile file) {
        for (Diagnostic& one : file.diagnostics) tell(whole_.diagnostics, std::move(one));
        for (IniSection& section : file.sections) add(std::move(section));
    }
    IniFile take() { return std::move(whole_); }

private:
    void add(IniSection section) {
        entries_ += section.entries.size();
        if (entries_ > limits::lines) return too_many(section.line, limits::lines, "lines");
        const auto [at, fresh] = sections_.try_emplace(section.name, whole_.sections.size());
        if (fresh && whole_.sections.size() == limits::sections) {
            sections_.erase(at);
            return too_many(section.line, limits::sections, "sections");
        }
        if (fresh) return whole_.sections.push_back(std::move(section));
        auto& entries = whole_.sections[at->second].entries;
        std::move(section.entries.begin(), section.entries.end(), std::back_inserter(entries));
    }

    void too_many(const Line& line, std::size_t most, std::string_view what) {
        if (std::exchange(full_, true)) return;
        tell(whole_.diagnostics,
             mistake(Severity::error, line, "", fmt::format("more than {} {} in all files together", most, what)));
    }

    IniFile whole_;
    std::map<std::string, std::size_t, std::less<>> sections_;
    std::size_t entries_ = 0;
    bool full_ = false;
};

} // namespace

IniFile parse_ini(std::string_view text) { return parse_one(text, nullptr); }

IniFile parse_ini(std::span<const IniText> files) {
    Joined all;
    for (const IniText& one : files)
        all.add(parse_one(one.text, std::make_shared<const SourceFile>(SourceFile{one.path, &one == files.data()})));
    return all.take();
}

} // namespace had::core
