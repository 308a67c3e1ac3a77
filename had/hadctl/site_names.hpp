// Which names of a report are the site's own: what its people, its other hosts and its switches are called.
//
// They are read from the JSON itself, by its keys, and not from what this hadctl makes of it: a newer daemon may tell
// of kinds that are not known here, and its names are names all the same.
#pragma once

#include "had/hadctl/scrub.hpp"

#include <string>
#include <string_view>

namespace had::hadctl {

// Of an answer to `status`.
void hide_names_of_status(Scrubber& scrubber, std::string_view json);
void hide_names_of_event(Scrubber& scrubber, std::string_view json);
// Of an event that is not shown, for sentences elsewhere: who gave an order.
void hide_user_of_event(Scrubber& scrubber, std::string_view json);

} // namespace had::hadctl
