// Takes what would name a site out of a text: its addresses, hardware addresses, host names and serial numbers.
//
// The same one is always replaced by the same other one, through all texts of one scrubber, so that what belongs
// together is still seen to.  Addresses of one network (/24, /64) stay in one.  The replacements are those that
// RFC 2544, RFC 3849 and the locally administered range keep for such uses.  JSON stays JSON.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace had::hadctl {

class Scrubber {
public:
    // Names of this host: a name is taken in its short form, too.
    explicit Scrubber(const std::vector<std::string>& hosts);

    [[nodiscard]] std::string scrub(std::string_view text);

private:
    [[nodiscard]] std::string other(const std::string& word, bool is_serial);
    [[nodiscard]] std::string hardware(const std::string& word);
    [[nodiscard]] std::string address(const std::string& word);
    // The number of a thing among those of its kind.
    std::size_t number(const std::string& kind, const std::string& thing);

    std::map<std::string, std::map<std::string, std::size_t>> seen_;
    std::map<std::string, std::string, std::less<>> hosts_;   // in small letters
};

// had.conf without its comments: nobody knows what stands in them.
std::string without_comments(std::string_view text);

} // namespace had::hadctl
