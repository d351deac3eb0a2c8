-- Each search reads GIN's list of pending entries from end to end for each of its terms, and after many messages were indexed the list is long. The indexer writes
-- hundreds of messages at a time, for which the list spares little.
alter index message_terms_terms set (fastupdate = off);

select gin_clean_pending_list('message_terms_terms');
