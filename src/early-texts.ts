import { startTexts } from '#ui/text/spoken-texts.ts';

/** Asks for the first view's texts while its code is still on its way; nothing else, so that it is there at once. */
void startTexts();
