// What a driver keeps of a card and a new card does not have (core/config/card_word.hpp), by ethtool's netlink.
#pragma once

#include "had/core/config/tuning.hpp"
#include "had/sys/ethtool.hpp"

#include <string>
#include <vector>

namespace had::sys {

class CardWords {
public:
    // Without what the card does not have.  What its driver fails to say is unread (unread_word.hpp), and takes nothing
    // else along.  Throws std::system_error when the card is not there, or for want of memory.
    core::Tunables read(core::Ifindex link, const std::vector<std::string>& words);
    core::ActionResult set(core::Ifindex link, const std::string& word, const std::string& value);

private:
    Ethtool ethtool_;
};

} // namespace had::sys
