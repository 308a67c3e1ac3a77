// Takes what would name a site out of a text: its addresses, hardware addresses, host names and serial numbers.
//
// The same one is always replaced by the same other one, through all texts of one scrubber, so that what belongs
// together is still seen to.  Addresses of one network (/24, /64) stay in one.  The replacements are those that
// RFC 2544, RFC 3849 and the locally administered range keep for such uses.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace had::hadctl {

class Scrubber {
public:
    // Names of this host: a name is taken in its short form, too, and with any domain.
    explicit Scrubber(const std::vector<std::string>& hosts);

    // A text that somebody gave, of these hosts or of others: from now on it is "KIND-1", wherever it stands by itself.
    // One of less than three letters, or without any, is replaced only where it is the whole of a field that names.
    void hide(const std::string& kind, const std::string& text);
    // But not one that every installation has.
    void hide_path(const std::string& path);
    // What had.conf names that is the site's own: peers, services, groups, neighbours, commands and files.
    void hide_names_of(std::string_view config);

    [[nodiscard]] std::string scrub(std::string_view text);   // all but the names
    // Only values change, and none of those that are one of a few known words: so whoever reads it finds its way.
    [[nodiscard]] std::string scrub_json(std::string_view json);
    [[nodiscard]] std::string scrub_text(std::string_view text);

private:
    [[nodiscard]] std::string without_names(std::string_view text) const;
    [[nodiscard]] std::string value_of(const std::string& key, const std::string& value);
    // `is_serial`: its first word is a serial number.
    [[nodiscard]] std::string scrub(std::string_view text, bool hosts, bool is_serial = false);
    [[nodiscard]] std::string other(const std::string& word, bool hosts, bool is_serial);
    [[nodiscard]] std::string hardware(const std::string& word);
    [[nodiscard]] std::string address(const std::string& word);
    // The number of a thing among those of its kind.
    std::size_t number(const std::string& kind, const std::string& thing);

    std::map<std::string, std::map<std::string, std::size_t>> seen_;
    std::map<std::string, std::string, std::less<>> hidden_;  // and what stands for each
    std::map<char, std::vector<std::string>> by_letter_;      // those to look for in other texts, the longest first
    std::map<std::string, std::string, std::less<>> hosts_;   // in small letters
};

// had.conf without its comments: nobody knows what stands in them.
std::string without_comments(std::string_view text);

} // namespace had::hadctl
